# What `cmake --install` installs, and where: the GNU directories below the prefix.
include(GNUInstallDirs)

# The day of this version, as CHANGELOG.md has it.
file(STRINGS "${CMAKE_SOURCE_DIR}/CHANGELOG.md" releases REGEX "^## \\[${PROJECT_VERSION}\\] - ")
string(REGEX MATCH "[0-9]+-[0-9]+-[0-9]+$" REELD_RELEASE_DATE "${releases}")
if(NOT REELD_RELEASE_DATE)
  message(FATAL_ERROR "CHANGELOG.md has no dated entry for version ${PROJECT_VERSION}")
endif()

include(Manual)

# The unit below, for one, has its paths already.
install(CODE "
  if(NOT CMAKE_INSTALL_PREFIX STREQUAL \"${CMAKE_INSTALL_PREFIX}\")
    message(FATAL_ERROR \"another prefix is named before the build: cmake --preset release -DCMAKE_INSTALL_PREFIX=...\")
  endif()")

install(TARGETS reeld RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")

# systemd looks for these below /usr and /usr/local alike. The service names the program and the configuration where they
# are installed.
file(READ "${CMAKE_SOURCE_DIR}/systemd/reeld.service" service)
set(start "${CMAKE_INSTALL_FULL_BINDIR}/reeld")
if(NOT CMAKE_INSTALL_FULL_SYSCONFDIR STREQUAL "/etc")
  string(APPEND start " --config ${CMAKE_INSTALL_FULL_SYSCONFDIR}/reeld/reeld.toml")
endif()
string(REPLACE "/usr/bin/reeld" "${start}" service "${service}")
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/reeld.service" CONTENT "${service}" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/reeld.service" DESTINATION lib/systemd/system)
install(FILES systemd/reeld.sysusers DESTINATION lib/sysusers.d RENAME reeld.conf)
install(FILES systemd/reeld.tmpfiles DESTINATION lib/tmpfiles.d RENAME reeld.conf)

# A configuration that is there belongs to whoever edited it.
install(CODE "
  set(folder \"${CMAKE_INSTALL_FULL_SYSCONFDIR}/reeld\")
  if(NOT EXISTS \"\$ENV{DESTDIR}\${folder}/reeld.toml\")
    file(INSTALL \"${CMAKE_SOURCE_DIR}/config/reeld.toml\" DESTINATION \"\${folder}\")
  endif()")

install(FILES README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
if(NOT REELD_PACKAGE) # which has both in Debian's form
  install(FILES CHANGELOG.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
endif()
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}/docs" PATTERN man EXCLUDE)
install(DIRECTORY config/examples/ DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples" USE_SOURCE_PERMISSIONS)
install(FILES config/models.toml config/alerts.yml config/grafana-dashboard.json
  DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples")
