# Runs at build time: writes a manual page's Markdown from PAGE to OUT, with DATE, VERSION and the text of the file VERBS or
# KEYS in the places that ask for them.
cmake_minimum_required(VERSION 3.25)
file(READ "${PAGE}" text)
foreach(part VERBS KEYS)
  if(${part})
    file(READ "${${part}}" inserted)
    string(REPLACE "@${part}@" "${inserted}" text "${text}")
  endif()
endforeach()
string(REPLACE "@DATE@" "${DATE}" text "${text}")
string(REPLACE "@VERSION@" "${VERSION}" text "${text}")
file(WRITE "${OUT}" "${text}")
