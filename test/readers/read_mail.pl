# Reads a message in base64 from each line of standard input and writes what it found as a line of JSON.
use strict;
use warnings;
use Email::Address::XS qw(parse_email_groups);
use Email::MIME;
use Encode qw(decode FB_CROAK);
use JSON::PP;
use MIME::Base64 qw(decode_base64 encode_base64);
use Time::Local qw(timegm);

$| = 1;
my $json = JSON::PP->new->ascii->canonical;
my %months;
@months{qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)} = 0 .. 11;

sub text { return defined $_[0] ? "$_[0]" : '' }

# Addresses are parsed in the encoded field, so that no character of a name is taken for syntax.
sub words { return defined $_[0] && length $_[0] ? Email::MIME::Encode::mime_decode($_[0]) : '' }

sub mailbox { return { name => words($_[0]->phrase), address => text($_[0]->address) } }

sub addresses {
    my ($field) = @_;
    return [] unless defined $field;
    my @groups = parse_email_groups($field);
    my @found;
    while (my ($name, $members) = splice @groups, 0, 2) {
        my @members = map { mailbox($_) } @$members;
        push @found, defined $name ? { group => words($name), members => \@members } : @members;
    }
    return \@found;
}

sub date {
    my ($field) = @_;
    return undef unless defined $field && $field =~ /(\d+) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) \+0000/;
    return timegm($6, $5, $4, $1, $months{$2}, $3) * 1000;
}

sub type { my ($type) = split /;/, $_[0]->content_type // 'text/plain'; $type =~ s/\s+$//; return lc $type }

# RFC 2183 s2: case means nothing.
sub disposition {
    my ($value) = split /;/, $_[0]->header_raw('Content-Disposition') // '';
    return defined $value ? lc $value : undef;
}

sub leaves { my @parts = $_[0]->subparts; return @parts && type($_[0]) =~ m{^multipart/} ? map { leaves($_) } @parts : $_[0] }

sub charset { return Email::MIME::ContentType::parse_content_type($_[0]->content_type)->{attributes}{charset} // 'us-ascii' }

sub bodies {
    my %found;
    my @others;
    for my $part (leaves($_[0])) {
        my $type = type($part);
        my $shown = (disposition($part) // '') ne 'attachment' && !defined $part->filename;
        if ($type =~ m{^text/(?:plain|html)$} && $shown && !exists $found{$type}) {
            $found{$type} = decode(charset($part), $part->body, FB_CROAK);
        }
        else { push @others, $part }
    }
    return (text($found{'text/plain'}), text($found{'text/html'}), @others);
}

sub attachment {
    my ($part) = @_;
    my $cid = $part->header_raw('Content-ID');
    $cid =~ s/^<|>$//g if defined $cid;
    my $body = $part->body;
    my $enclosed;
    if (type($part) eq 'message/rfc822') {
        my $inner = Email::MIME->new($body);
        $enclosed = { subject => text($inner->header_str('Subject')), text => (bodies($inner))[0] };
    }
    return {
        type        => type($part),
        filename    => $part->filename,
        disposition => disposition($part),
        cid         => $cid,
        content     => encode_base64($body, ''),
        enclosed    => $enclosed,
    };
}

sub reading {
    my $mail = Email::MIME->new($_[0]);
    my ($plain, $html, @others) = bodies($mail);
    my @pairs = $mail->header_raw_pairs;
    my (@names, %custom);
    while (my ($name) = splice @pairs, 0, 2) {
        push @names, lc $name;
        $custom{ lc $name } = text($mail->header_str($name)) if $name =~ /^x-/i;
    }
    return {
        (map { ($_->[0] => addresses($mail->header_raw($_->[1]))) }
            ['from', 'From'], ['sender', 'Sender'], ['to', 'To'], ['cc', 'Cc'], ['replyTo', 'Reply-To']),
        subject    => text($mail->header_str('Subject')),
        messageId  => text($mail->header_raw('Message-ID')),
        inReplyTo  => text($mail->header_raw('In-Reply-To')),
        references => text($mail->header_raw('References')),
        date       => date($mail->header_raw('Date')),
        text       => $plain,
        html       => $html,
        attachments => [map { attachment($_) } @others],
        names      => \@names,
        custom     => \%custom,
        defects    => [],
    };
}

while (my $line = <STDIN>) {
    my $answer = eval { reading(decode_base64($line)) } // { error => "$@" };
    print $json->encode($answer), "\n";
}
