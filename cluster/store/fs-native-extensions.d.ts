// What the embedded store uses of a package that declares no types.

declare module 'fs-native-extensions' {
  /** Asks for an exclusive lock on an open file. @returns false when another process has it */
  export function tryLock(fd: number): boolean;
}
