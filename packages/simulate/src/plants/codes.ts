const official: Readonly<Record<string, string>> = {
  '101': 'N01 N02 N03 N04 N05 N06 N07 N08 N09 N10 N11 N12',
  '102': 'N14 N15 N16 N17 N18 N19 N20 N21 N22 N23 N24 N25 N26 N27 N28',
  '103': 'N32 N33 N34',
  '201': 'N35 N36 N37 N38 N39 N40 N41 N42',
  '202': 'N43 N44 N45 N46',
  '204': 'N49 N50 N51 N52 N53 N54 N55',
  '301': 'N64 N65 N66 N67 N68 N69 N70 N71 N72 N73 N74 N75',
  '302': 'N78 N79 N80 N81 N82 N83',
  '303': 'N84 N85 N86',
};

/** Official code of each national rule that has one: the class number and the position in its list. */
export const officialCodes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(official).flatMap(([group, rules]) =>
    rules.split(' ').map((rule, index) => [rule, `GZ10000${group}${String(index + 1).padStart(3, '0')}000`]),
  ),
);
