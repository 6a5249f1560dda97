/** Why a container's program did not start, in the words of Docker and ECS. */
export function cannotStart(program: string, { code, message }: Pick<NodeJS.ErrnoException, 'code' | 'message'>): string {
  const why =
    code === 'ENOENT'
      ? `exec: "${program}": executable file not found in $PATH`
      : code === 'EACCES'
        ? `exec: "${program}": permission denied`
        : message
  return `CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: ${why}: unknown`
}
