#!/bin/sh
# Sends a mail when something needs a person, or a batch has ended. Needs jq and a sendmail.
#
# In reeld.toml:
#   [hooks]
#   command = ["/etc/reeld/hook-mail.sh", "you@example.org"]
#   events = ["job.failed", "job.parked", "batch.finished", "batch.held", "account.held", "disk.low"]
#
# SENDMAIL may name another program that takes the same arguments, such as /usr/bin/msmtp. The packaged service runs
# with NoNewPrivileges, where Postfix's own sendmail cannot drop its mail: take msmtp there, or a webhook.
#
# A message that comes twice gets the same Message-ID, so that most mailboxes show it once.
set -eu

to=${1:?usage: hook-mail.sh ADDRESS}

mail=$(jq -r --arg to "$to" --arg host "$(uname -n)" '
  def plain: tostring | gsub("[^ -~]"; "?") | .[0:100];
  "To: \($to)",
  "Subject: reeld: \(.event) \(.job.name // .batch.name // "" | plain)",
  "Message-ID: <reeld.\(.id)@\($host)>",
  "Auto-Submitted: auto-generated",
  "MIME-Version: 1.0",
  "Content-Type: text/plain; charset=utf-8",
  "Content-Transfer-Encoding: 8bit",
  "",
  .text,
  "",
  "at      \(.at)",
  (.job // empty | "job     \(.name // "") (\(.id))",
                   (.error // empty | "error   \(.)"),
                   (.cost // empty | "cost    \(.amount) \(.unit)"),
                   (.films // [] | .[] | "film    \(.)")),
  (.batch // empty | "batch   \(.name // "") (\(.id))",
                     (.held // empty | "held    \(.)"),
                     (.counts // empty | "jobs    \(.jobs): \(.succeeded) succeeded, \(.failed) failed, \(.cancelled) cancelled"))
')

printf '%s\n' "$mail" | "${SENDMAIL:-/usr/sbin/sendmail}" -i -- "$to"
