# The Debian package: `./dev package`, by the preset `package`, which knows Debian's folders.
set(debian "${CMAKE_SOURCE_DIR}/.dev/debian")
set(made "${CMAKE_BINARY_DIR}/debian")

# Debian wants a changelog of its own form beside the project's, both compressed without the time of compression.
execute_process(COMMAND date --utc --rfc-email --date "${REELD_RELEASE_DATE}" OUTPUT_VARIABLE REELD_RELEASE_TIME
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
configure_file("${debian}/changelog.in" "${made}/changelog" @ONLY)
configure_file("${CMAKE_SOURCE_DIR}/CHANGELOG.md" "${made}/CHANGELOG.md" COPYONLY)
add_custom_command(OUTPUT "${made}/changelog.gz" "${made}/CHANGELOG.md.gz"
  COMMAND gzip -9nkf "${made}/changelog" "${made}/CHANGELOG.md"
  DEPENDS "${made}/changelog" "${made}/CHANGELOG.md" VERBATIM)
add_custom_target(reeld_package_files ALL DEPENDS "${made}/changelog.gz" "${made}/CHANGELOG.md.gz")
install(FILES "${made}/changelog.gz" "${made}/CHANGELOG.md.gz" "${debian}/copyright"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME reeld)
set(CPACK_PACKAGE_CONTACT "The reeld authors <reeld@example.org>")
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_SET_DESTDIR ON) # /etc lies outside of the prefix
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT) # reeld_VERSION_ARCHITECTURE.deb
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "durable render queue for LTX video on the Leonardo.AI REST API")
file(READ "${debian}/description" CPACK_DEBIAN_PACKAGE_DESCRIPTION)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The user and the folders are made by systemd's tools, which Debian also packages without the rest of it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "ca-certificates, systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles, tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${debian}/conffiles" "${debian}/postinst" "${debian}/prerm" "${debian}/postrm")
include(CPack)
