# Turns config/reeld.toml, where every key stands behind '#' with its default, into the Markdown of a manual page: a
# section for each table, a paragraph for each comment, and the keys that it is about as its term.
function flush_comment() {
  if (comment != "") printf "%s\n\n", comment
  comment = ""
}
function escaped(text) {
  gsub(/[*_<>\[\]\\|]/, "\\\\&", text)
  return text
}
BEGIN { print "## (top level)\n" }
/^\[/ { flush_comment(); printf "## %s\n\n", escaped($0); table = substr($0, 2, length($0) - 2) "."; next }
/^#[a-z_]+ = / {
  key = substr($1, 2)
  value = $0
  sub(/^[^=]*= /, "", value)
  terms = terms (terms == "" ? "" : ", ") "**" escaped(table key) "** = " escaped(value)
  next
}
/^#$/ { flush_comment(); next }
/^#/ { sub(/^# ?/, ""); comment = comment (comment == "" ? "" : " ") escaped($0); next }
/^$/ { put() }
END { put() }
function put() {
  if (terms != "") { printf "%s\n: %s\n\n", terms, comment; terms = ""; comment = "" }
  else flush_comment()
}
