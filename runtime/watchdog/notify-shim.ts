/** Environment variable in which the shim leaves `pid:descriptor` of the socket it connected. */
export const NOTIFY_VARIABLE = "SEALTRACE_NOTIFY";

/**
 * Perl program that connects a datagram socket to systemd's, makes it non-blocking and becomes its arguments.
 * Whatever fails, it still starts them. See `docs/decisions/0006-sd-notify.md`.
 */
export const NOTIFY_SHIM = [
  "use Socket; use Fcntl; my $p = $ENV{NOTIFY_SOCKET};",
  // Descriptors up to $^F survive exec. An @ in front stands for the zero byte of an abstract address.
  "if (defined $p) { $^F = 255; $p =~ s/^@/chr 0/e;",
  "socket(S, AF_UNIX, SOCK_DGRAM, 0) && connect(S, pack_sockaddr_un($p)) && fcntl(S, F_SETFL, O_NONBLOCK)",
  `&& ($ENV{${NOTIFY_VARIABLE}} = $$ . chr(58) . fileno(S)); }`,
  "exec { $ARGV[0] } @ARGV; die $!;",
].join(" ");

/** The `ExecStart=` line of a unit that runs a command (absolute path first) through the shim. */
export function execStartLine(command: readonly string[]): string {
  return `ExecStart=${["/usr/bin/perl", "-e", NOTIFY_SHIM, ...command].map(quoteForUnit).join(" ")}`;
}

// systemd.service(5), "Command lines": C escapes inside quotes, $ and % doubled.
function quoteForUnit(word: string): string {
  const doubled = word.replace(/[$%]/g, "$&$&");
  return /^[\w./:=@-]+$/.test(word) ? doubled : `'${doubled.replace(/[\\']/g, "\\$&")}'`;
}
