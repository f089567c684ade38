#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace reeld::power {

/// Below one folder: what a disk would still hold after the power went.
///
/// It lets every change through to the real files and remembers how to take it back. A file's bytes are safe
/// once the file was synced, a folder's entries (its own files and folders) once the folder was. At the
/// chosen sync point everything that is not safe is taken back, and the process is killed.
class ForgetfulDisk {
 public:
  /// What becomes of changes that nobody synced.
  enum class Kind {
    kStrict,  ///< all are forgotten
    kTorn,    ///< names stay, as after a journal's commit; of the bytes each write stays or goes by chance
  };
  /// Syncs that are confirmed and do nothing, to prove that the tests would notice.
  enum class Lie { kNone, kFiles, kFolders };

  struct Options {
    std::filesystem::path below;       ///< without symbolic links
    std::filesystem::path count_file;  ///< takes the number of sync points at exit
    int loss_at = 0;                   ///< the sync point that is struck; 0: none
    bool after = false;                ///< strikes when it has taken effect, not before
    Kind kind = Kind::kStrict;
    Lie lie = Lie::kNone;
    unsigned seed = 1;
  };

  /// From FORGETFUL_BELOW, FORGETFUL_LOSS_AT ("12" or "12+": after it took effect) and their like; null
  /// without the first.
  static ForgetfulDisk* from_environment();

  explicit ForgetfulDisk(Options options);

  /// One change at a time; held while the real call runs.
  std::recursive_mutex& mutex() { return mutex_; }

  bool covers(const std::filesystem::path& path) const;
  bool covers(int descriptor) const;

  /// `size` bytes are about to be written at `offset`.
  void before_write(int descriptor, off_t offset, const void* bytes, std::size_t size);
  void before_truncate(int descriptor, off_t size);
  /// `path` was opened; `made` if it was not there before.
  void opened(int descriptor, const std::filesystem::path& path, bool made);
  /// The entry at `path` is about to go, or to be replaced.
  void before_removal(const std::filesystem::path& path);
  /// A folder was made: nothing in it is safe.
  void made_folder(const std::filesystem::path& path);
  /// A file got another name: its folder knows nothing of it yet, its bytes are as safe as they were.
  void moved(const std::filesystem::path& path);
  /// A sync point. Does not return when the power goes here.
  void sync(int descriptor);
  void write_count() const;

 private:
  /// A file or a folder whatever its name.
  struct Key {
    dev_t device = 0;
    ino_t inode = 0;
    auto operator<=>(const Key&) const = default;
  };
  /// A change of a file's bytes that was not synced.
  struct Change {
    off_t offset = 0;
    std::string was;  ///< the bytes it covered
    off_t old_size = 0;
    std::string is;  ///< the bytes that were written; none: the size was set
    off_t new_size = 0;
  };
  struct File {
    std::vector<Change> changes;
    off_t size = 0;  ///< as the changes that were seen make it
  };
  struct Entry {
    Key key;
    bool is_folder = false;
    mode_t mode = 0;
  };
  using Entries = std::map<std::string, Entry>;

  /// SQLite maps the shared memory file instead of writing it, and makes a new one after a loss.
  static bool is_forgotten_anyway(const std::filesystem::path& path) {
    return path.native().ends_with("-shm");
  }
  static std::optional<struct stat> look(const std::filesystem::path& path);
  static Key key_of(const struct stat& found) { return {found.st_dev, found.st_ino}; }
  static std::filesystem::path path_of(int descriptor);

  Entries entries_of(const std::filesystem::path& folder) const;
  void know_tree(const std::filesystem::path& folder);
  File& known(const struct stat& found);
  void record(int descriptor, Change change);
  bool is_safe_anywhere(const Key& key) const;
  std::filesystem::path grave(const Key& key) const;

  [[noreturn]] void lose_power();
  void complain_of_unseen();
  void take_back_bytes(const Key& key, const File& file);
  void restore_names();
  void bury(const std::filesystem::path& folder);
  void raise(const std::filesystem::path& folder, const std::map<Key, std::filesystem::path>& last_names);

  const Options options_;
  const std::filesystem::path graveyard_;
  std::recursive_mutex mutex_;
  int syncs_ = 0;
  std::uint64_t chance_;
  std::map<Key, File> files_;
  std::map<std::filesystem::path, Entries> safe_;  ///< by folder: what is in it after a loss
};

}  // namespace reeld::power
