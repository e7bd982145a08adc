/** 1 holds, 0 does not, 2 cannot be known. */
export type Truth = 0 | 1 | 2;

/** A compiled condition; it looks at the case that its grouper has at hand. */
export type Test = () => Truth;

/** and: a no decides, then an unknown. */
export function allOf(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (tests.length === 1 && first !== undefined) return first;
  if (tests.length === 2 && first !== undefined && second !== undefined) {
    return () => {
      const left = first();
      if (left === 0) return 0;
      const right = second();
      return right === 0 ? 0 : left === 2 || right === 2 ? 2 : 1;
    };
  }
  return () => {
    let open = false;
    for (const test of tests) {
      const truth = test();
      if (truth === 0) return 0;
      if (truth === 2) open = true;
    }
    return open ? 2 : 1;
  };
}

/** or: a yes decides, then an unknown. */
export function anyOf(tests: readonly Test[]): Test {
  const [first] = tests;
  if (tests.length === 1 && first !== undefined) return first;
  return () => {
    let open = false;
    for (const test of tests) {
      const truth = test();
      if (truth === 1) return 1;
      if (truth === 2) open = true;
    }
    return open ? 2 : 0;
  };
}

/** not: an unknown stays one. */
export const noneOf = (test: Test): Test => {
  const turned = [1, 0, 2] as const;
  return () => turned[test()];
};
