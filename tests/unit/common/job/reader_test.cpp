#include "common/job/reader.hpp"

#include <sstream>

#include "job/helpers.hpp"

namespace reeld::test {
namespace {

constexpr std::size_t kLimit = 4096;

/// What a file gives, a line for each entry: "1 ok rain" or "2 problem; problem".
std::string read(const std::string& text, JobFormat format, std::size_t limit = kLimit) {
  std::istringstream stream(text);
  JobReader reader(stream, format, catalogue(), limit);
  std::string out;
  while (auto entry = reader.next()) {
    out += out.empty() ? "" : "\n";
    out += std::to_string(entry->position) + (entry->job.spec ? " ok" : "");
    for (const Problem& problem : entry->job.problems) out += " " + describe(problem) + ";";
  }
  EXPECT_FALSE(reader.next());
  return out;
}

std::string lines(const std::string& text, std::size_t limit = kLimit) {
  return read(text, JobFormat::kJsonl, limit);
}

std::string document(const std::string& text, std::size_t limit = kLimit) {
  return read(text, JobFormat::kJson, limit);
}

const std::string kJob = job_text();
const std::string kWrong = R"({"model":"ltxv-2.0-pro","parameters":{"prompt":"x","duration":7}})";
const std::string kWords = "parameters.duration: 7 is not one of 6, 8 (ltxv-2.0-pro);";

TEST(ReaderTest, KnowsFormatsByName) {
  EXPECT_EQ(job_format("a.json"), JobFormat::kJson);
  EXPECT_EQ(job_format("a.b.jsonl"), JobFormat::kJsonl);
  for (std::string_view name : {"a.JSON", "a.json.tmp", "json", "", "a.txt"})
    EXPECT_FALSE(job_format(name)) << name;
}

TEST(ReaderTest, ReadsOneJobALine) {
  EXPECT_EQ(lines(kJob + "\n" + kWrong + "\n" + kJob + "\n"), "1 ok\n2 line 2: " + kWords + "\n3 ok");
  EXPECT_EQ(lines(kJob), "1 ok");
}

TEST(ReaderTest, CountsBlankLines) {
  EXPECT_EQ(lines("\n  \t\n" + kJob + "\n\n\n" + kWrong), "3 ok\n6 line 6: " + kWords);
}

TEST(ReaderTest, TakesAMarkAndCrlf) {
  EXPECT_EQ(lines("\xEF\xBB\xBF" + kJob + "\r\n\r\n" + kJob + "\r\n"), "1 ok\n3 ok");
  EXPECT_EQ(document("\xEF\xBB\xBF" + kJob + "\r\n"), "1 ok");
  EXPECT_EQ(lines("\xEF\xBB\xBF\n" + kJob), "2 ok");
}

TEST(ReaderTest, RefusesUtf16AndReadsNoFurther) {
  for (const std::string& mark : {std::string("\xFF\xFE"), std::string("\xFE\xFF")}) {
    EXPECT_EQ(lines(mark + "a\n" + kJob), "1 line 1: is UTF-16 text; save it as UTF-8;");
    EXPECT_EQ(document(mark + "a"), "0 is UTF-16 text; save it as UTF-8;");
  }
}

TEST(ReaderTest, RefusesBinaryDataAndReadsNoFurther) {
  const std::string words = "holds NUL bytes: it is not a text file (or it is UTF-16; save it as UTF-8);";
  const std::string binary("\x7F\x45\0\0", 4);
  EXPECT_EQ(lines(kJob + "\n" + binary + "\n" + binary + "\n"), "1 ok\n2 line 2: " + words);
  EXPECT_EQ(document(binary), "0 " + words);
}

TEST(ReaderTest, RefusesAFileWithoutJobs) {
  EXPECT_EQ(lines(""), "0 holds no job;");
  EXPECT_EQ(lines("\n \r\n\t\n"), "3 line 3: holds no job;");
  EXPECT_EQ(document(""), "0 is empty;");
  EXPECT_EQ(document(" \r\n"), "0 is empty;");
  EXPECT_EQ(document("[]"), "0 holds no job;");
}

TEST(ReaderTest, RefusesALineThatIsNoJob) {
  EXPECT_EQ(lines("[" + kJob + "]\n7\n"),
            "1 line 1: is an array; a line holds one job (an array belongs into a .json file);\n"
            "2 line 2: must be an object, not 7;");
}

TEST(ReaderTest, TellsBrokenJsonByItsColumn) {
  const std::string report = lines(kJob + "\n{\"model\": }\n" + kJob);
  EXPECT_TRUE(report.starts_with("1 ok\n2 line 2: not valid JSON: parse error at column 11: ")) << report;
  EXPECT_TRUE(report.ends_with("\n3 ok")) << report;
}

TEST(ReaderTest, ReadsOnBehindALineThatIsTooLong) {
  const std::string report = lines(kJob + "\n" + std::string(5000, 'x') + "\n" + kJob + "\n");
  EXPECT_EQ(report, "1 ok\n2 line 2: is longer than 4096 bytes;\n3 ok");
}

TEST(ReaderTest, ALineOfTheLimitIsNotTooLong) {
  const std::string exact = kJob + std::string(kLimit - kJob.size(), ' ');
  EXPECT_EQ(lines(exact + "\n" + exact + " \n"), "1 ok\n2 line 2: is longer than 4096 bytes;");
}

TEST(ReaderTest, RefusesADocumentOverTheLimit) {
  EXPECT_EQ(document(kJob + std::string(kLimit, ' ')), "0 is larger than 4096 bytes;");
  EXPECT_EQ(document(kJob + std::string(kLimit - kJob.size(), ' ')), "1 ok");
  EXPECT_EQ(document(std::string((1U << 20U) + 1, ' '), 1U << 20U), "0 is larger than 1 MiB;");
}

TEST(ReaderTest, ReadsADocumentOfOneJobOrMany) {
  EXPECT_EQ(document(kJob), "1 ok");
  EXPECT_EQ(document("[" + kJob + "," + kWrong + ",7]"),
            "1 ok\n2 [1]." + kWords + "\n3 [2]: must be an object, not 7;");
}

TEST(ReaderTest, RefusesADocumentThatIsNoJson) {
  EXPECT_TRUE(document("{\n\"model\": ,}").starts_with("0 not valid JSON: parse error at line 2, column 10"))
      << document("{\n\"model\": ,}");
  EXPECT_TRUE(document(kJob + kJob).starts_with("0 not valid JSON: ")) << document(kJob + kJob);
  EXPECT_EQ(document(R"({"model":"a","model":"b"})"), "0 member \"model\" stands twice in one object;");
  EXPECT_EQ(document(std::string(2000, '[') + std::string(2000, ']')), "0 nested deeper than 64 levels;");
}

/// A disk that fails in the middle of a file.
class FailingBuffer final : public std::streambuf {
 public:
  explicit FailingBuffer(std::string text) : text_(std::move(text)) {
    setg(text_.data(), text_.data(), text_.data() + text_.size());
  }

 protected:
  int_type underflow() override { throw std::ios_base::failure("error reading the file"); }

 private:
  std::string text_;
};

TEST(ReaderTest, TellsAFileThatCannotBeRead) {
  for (JobFormat format : {JobFormat::kJson, JobFormat::kJsonl}) {
    FailingBuffer buffer(kJob + "\n" + kJob.substr(0, 10));
    std::istream stream(&buffer);
    JobReader reader(stream, format, catalogue(), kLimit);
    std::optional<JobReader::Entry> last;
    while (auto entry = reader.next()) last = std::move(entry);
    ASSERT_TRUE(last);
    ASSERT_EQ(last->job.problems.size(), 1U);
    EXPECT_EQ(last->job.problems[0].message, "cannot be read to its end");
  }
}

}  // namespace
}  // namespace reeld::test
