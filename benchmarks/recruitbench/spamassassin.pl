# Scores the files whose names come on standard input, one a line: "score border" for each.
#
# Usage: perl spamassassin.pl FOLDER PORT
# FOLDER is for its state, PORT that of the DNS server on 127.0.0.1. The rules are those that are
# installed; what it would learn on the way is switched off, so that order does not count.
use strict;
use warnings;
use Mail::SpamAssassin;

my ($folder, $port) = @ARGV;
my $filter = Mail::SpamAssassin->new({
    dont_copy_prefs      => 1,
    userprefs_filename   => '/dev/null',
    userstate_dir        => $folder,
    home_dir_for_helpers => $folder,
    post_config_text     => "dns_server 127.0.0.1:$port\ndns_available yes\nuse_bayes 0\n",
});
$filter->compile_now(0);
$| = 1;
print Mail::SpamAssassin::Version(), "\n";
while (my $name = <STDIN>) {
    chomp $name;
    open(my $file, '<:raw', $name) or die "$name: $!";
    my $raw = do { local $/; <$file> };
    close($file);
    my $message = $filter->parse($raw);
    my $status = $filter->check($message);
    printf "%s %s\n", $status->get_score(), $status->get_required_score();
    $status->finish();
    $message->finish();
}
