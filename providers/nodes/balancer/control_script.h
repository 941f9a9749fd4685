// What is run inside a load balancer's container to speak with its HAProxy: Perl, which every image made from Debian
// has.
#pragma once

namespace infra::nodes::balancer {

// Each argument is one command, in this order, and each answer ends with a line that is a record separator (0x1e).
// Plain ones go to the worker's socket. Own ones:
//   @backends                    the table of backends that goes with the configuration (haproxy_parts.h)
//   @parts                       the generation, then each part of the configuration: a line with 0x1d and its name,
//   its text
//   @part PART                   "pending" if a reload was begun and not seen through, else "served"; then its text
//   @install GENERATION PART     takes what lies in new/ as PART.part, PART.cfg and PART.backends, without a part's
//   file
//                                as one that has lost it: "same", "reloaded" (the new worker answers), "changed" (it
//                                isn't that generation any more), "silent", or "refused" and what HAProxy says
//   @slots                       BACKEND SERVER ADDRESS PORT STATUS SESSIONS, one a line
//   @old                         how many workers of before a reload still serve
//   @pid                         the worker's process
//   @certificate PATH            takes the file's certificate over, without a reload
//   @shown PATH                  the fingerprint (SHA-1) of the certificate that is shown by the name of that file
//   @probe ADDRESS PORT MS PATH  "ok", or why not; PATH "-": a connection is enough
//   @save                        keeps the servers' addresses and states for a restart or reload
// Several stacks may speak with one HAProxy: nothing is told to its servers while a configuration is installed, for the
// new worker would not know of it. A reload is a signal from inside: after an engine's own kill no engine starts a
// container again by itself.
inline constexpr const char* kControlScript = R"PERL(
use strict; use warnings; use IO::Socket::UNIX; use IO::Socket::INET; use Fcntl qw(:flock);
my $dir = '/infra';
sub ask {
  my ($name, $text) = @_;
  my $socket;
  for my $try (1 .. 20) {
    $socket = IO::Socket::UNIX->new(Peer => "$dir/run/$name") and last;
    select(undef, undef, undef, 0.1);
  }
  die "haproxy doesn't answer: $!\n" unless $socket;
  my $out = eval {
    local $SIG{ALRM} = sub { die "haproxy doesn't answer within 10 s\n" };
    alarm(10);
    print $socket "$text\n"; $socket->flush; shutdown($socket, 1);
    local $/; my $read = <$socket>; alarm(0); $read;
  };
  die $@ if $@;
  return defined $out ? $out : '';
}
sub content { my ($path) = @_; open(my $in, '<', $path) or die "$path: $!\n"; local $/; return scalar <$in>; }
sub slots {
  my (%stat, $out);
  for (split /\n/, ask('admin.sock', 'show stat -1 4 -1')) {
    my @f = split /,/; next if /^#/ || @f < 18;
    (my $status = $f[17]) =~ tr/ /_/; $stat{"$f[0] $f[1]"} = "$status $f[4]";
  }
  for (split /\n/, ask('admin.sock', 'show servers state')) {
    my @f = split / /; next if /^#/ || @f < 19;
    my $seen = $stat{"$f[1] $f[3]"}; $out .= "$f[1] $f[3] $f[4] $f[18] $seen\n" if defined $seen;
  }
  return defined $out ? $out : '';
}
sub write_to {
  my ($path, $text) = @_;
  open(my $out, '>', "$path.$$") or die "$path: $!\n";
  print $out $text; close $out or die "$path: $!\n";
  rename("$path.$$", $path) or die "$path: $!\n";
}
sub save { write_to("$dir/state/servers", ask('admin.sock', 'show servers state')); return ''; }
sub pid { return ask('admin.sock', 'show info') =~ /^Pid: (\d+)/m ? $1 : ''; }
sub generation { return -e "$dir/generation" ? content("$dir/generation") : 0; }
sub parts {
  opendir(my $in, "$dir/parts") or return generation();
  return join('', generation(), map { "\n\x1d$_\n" . content("$dir/parts/$_") } sort grep { /^\w+$/ } readdir $in);
}
sub part {
  my ($name) = @_;
  my $text = -e "$dir/parts/$name" ? content("$dir/parts/$name") : '';
  return (-e "$dir/pending" ? 'pending' : 'served') . "\n$text";
}
# Killed anywhere in here, `pending` stays until a reload has made the configuration what the parts say.
sub install {
  my ($generation, $part) = @_;
  return 'changed' if $generation ne generation();
  my $new = "$dir/new/$part";
  my $pending = -e "$dir/pending" || content("$new.cfg") ne content("$dir/haproxy.cfg");
  if ($pending) {
    my $said = `haproxy -c -f $new.cfg 2>&1`;
    return "refused $said" unless $? == 0;
  }
  my $before;
  if ($pending) { save(); $before = pid(); write_to("$dir/pending", ''); }
  write_to("$dir/generation", $generation + 1);
  if (-e "$new.part") { rename("$new.part", "$dir/parts/$part") or die "$part: $!\n"; } else { unlink("$dir/parts/$part"); }
  if (!$pending) { unlink("$new.cfg"); rename("$new.backends", "$dir/backends"); return 'same'; }
  rename("$new.cfg", "$dir/haproxy.cfg") or die "haproxy.cfg: $!\n";
  rename("$new.backends", "$dir/backends") or die "backends: $!\n";
  kill('USR2', 1);
  for (my $until = time + 20; time < $until; select(undef, undef, undef, 0.1)) {
    my $now = eval { pid() };
    next unless defined $now && length $now && $now ne $before;
    unlink("$dir/pending");
    return 'reloaded';
  }
  return 'silent';
}
sub old {
  my ($old, $in) = (0, 0);
  for (split /\n/, ask('master.sock', 'show proc')) { $in = /old workers/ if /^#/; ++$old if $in && /^\d/; }
  return $old;
}
sub certificate {
  my ($path) = @_;
  my $pem = join("\n", grep { length } split(/\r?\n/, content($path)));
  my $set = ask('admin.sock', "set ssl cert $path <<\n$pem\n");
  return $set unless $set =~ /transaction (created|updated)/i;
  my $done = ask('admin.sock', "commit ssl cert $path");
  return $done =~ /Success/ ? 'ok' : $done;
}
sub probe {
  my ($address, $port, $ms, $path) = @_;
  my $left = $ms / 1000;
  my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $port, Timeout => $left) or return "no connection: $@";
  return 'ok' if $path eq '-';
  local $SIG{ALRM} = sub { die "no answer within $left s\n" };
  my $head = eval {
    alarm($left < 1 ? 1 : int($left + 0.999));
    print $socket "GET $path HTTP/1.1\r\nHost: $address\r\nUser-Agent: infra-health\r\nConnection: close\r\n\r\n"; $socket->flush;
    my $line = <$socket>; alarm(0); $line;
  };
  return $@ =~ s/\n//r if $@;
  return 'no answer' unless defined $head;
  return $head =~ m{^HTTP/1\.\d [23]\d\d} ? 'ok' : 'it answers ' . ($head =~ s/\s+$//r);
}
open(my $lock, '>>', "$dir/lock") or die "lock: $!\n";
$SIG{ALRM} = sub { die "another change of it takes longer than 45 s\n" };
alarm(45); flock($lock, grep(/^\@install/, @ARGV) ? LOCK_EX : LOCK_SH) or die "lock: $!\n"; alarm(0);
for my $command (@ARGV) {
  my ($word, @rest) = split / /, $command;
  my $answer = $word eq '@backends' ? content("$dir/backends")
    : $word eq '@slots' ? slots()
    : $word eq '@old' ? old()
    : $word eq '@parts' ? parts()
    : $word eq '@part' ? part(@rest)
    : $word eq '@install' ? install(@rest)
    : $word eq '@certificate' ? certificate(@rest)
    : $word eq '@shown' ? (ask('admin.sock', "show ssl cert $rest[0]") =~ /^SHA1 FingerPrint: ([0-9A-F]+)/mi ? $1 : '')
    : $word eq '@probe' ? probe(@rest)
    : $word eq '@save' ? save()
    : ask('admin.sock', $command);
  print $answer, "\n\x1e\n";
}
)PERL";

}  // namespace infra::nodes::balancer
