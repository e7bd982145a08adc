/** Version of the program, as `hengjian --version` says it. */
export const version = '0.1.0';
