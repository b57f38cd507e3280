#include "compiler/profile/pprof.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace gannet::profile {
namespace {

std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 128; value >>= 7)
    out += static_cast<char>(value | 128);
  return out + static_cast<char>(value);
}
std::string number(unsigned field, std::uint64_t value) { return varint(field << 3) + varint(value); }
std::string bytes(unsigned field, const std::string &value) { return varint(field << 3 | 2) + varint(value.size()) + value; }

std::string function(unsigned id, unsigned name, unsigned start) { return bytes(5, number(1, id) + number(2, name) + number(5, start)); }
std::string line(unsigned function, unsigned line) { return bytes(4, number(1, function) + number(2, line)); }
std::string location(unsigned id, unsigned address, const std::string &lines) {
  return bytes(4, number(1, id) + number(3, address) + lines);
}
std::string sample(const std::string &locations, std::uint64_t count) {
  return bytes(2, bytes(1, locations) + number(2, count) + number(2, count * 1000));
}
std::string valueType(unsigned type, unsigned unit) { return bytes(1, number(1, type) + number(2, unit)); }

constexpr const char *kStrings[] = {"", "samples", "count", "cpu", "nanoseconds", "main.main", "main.f", "main.g"};

// main.main calls main.f in line 12, which calls main.g, inlined, in line 23, which calls itself in line 34.
std::string smallProfile() {
  std::string out = valueType(1, 2) + valueType(3, 4);
  for (const char *s : kStrings)
    out += bytes(6, s);
  out += function(1, 5, 10) + function(2, 6, 20) + function(3, 7, 30);
  out += location(1, 0x100, line(1, 12)) + location(2, 0x200, line(3, 34) + line(2, 23)) + location(3, 0x300, line(3, 31));
  out += sample("\1", 50);      // main alone: no call
  out += sample("\2\1", 5);     // main, f, g
  out += sample("\3\2\1", 2);   // g in what f called: main's call is too far out
  out += sample("\2\2\1", 1);   // the same location twice: each edge counts once
  return out;
}

std::string gzipped(const std::string &text) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 1000, 0), in = text;
  stream.next_in = reinterpret_cast<Bytef *>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef *>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

TEST(Pprof, CountsCallsOfTheInnermostTwoLocations) {
  auto profile = readPprof(smallProfile());
  ASSERT_TRUE(bool(profile)) << profile.error();
  EXPECT_EQ(preprocessed(*profile), "GO PREPROFILE V1\n"
                                    "main.f\nmain.g\n3 8\n"
                                    "main.main\nmain.f\n2 5\n"
                                    "main.g\nmain.g\n4 2\n"
                                    "main.g\nmain.f\n4 1\n");
  EXPECT_EQ(profile->total, 16);
}

TEST(Pprof, IsReadUnpackedAndPacked) {
  auto profile = readPprof(smallProfile()), packed = readPprof(gzipped(smallProfile()));
  ASSERT_TRUE(profile && packed);
  EXPECT_EQ(preprocessed(*profile), preprocessed(*packed));
}

TEST(Pprof, RefusesWhatIsCutOff) {
  const std::string whole = smallProfile(), packed = gzipped(whole);
  for (std::size_t size = 1; size < packed.size(); size++)
    EXPECT_FALSE(bool(readPprof(packed.substr(0, size)))) << size;
  for (std::size_t size = 1; size < whole.size(); size++)
    (void)bool(readPprof(whole.substr(0, size))); // fields may be missing; nothing is read behind the end
}

TEST(Pprof, TakesBytesOfAnyKind) {
  const std::string whole = smallProfile();
  for (std::size_t at = 0; at < whole.size(); at++)
    for (int byte : {0, 1, 0x7f, 0x80, 0xff}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(byte);
      (void)bool(readPprof(changed));
    }
}

TEST(Pprof, RefusesWhatCountsNoTime) {
  std::string heap = valueType(1, 2);
  for (const char *s : {"", "inuse_space", "bytes"})
    heap += bytes(6, s);
  heap += location(1, 1, "") + bytes(2, number(1, 1) + number(2, 1));
  auto profile = readPprof(heap);
  ASSERT_FALSE(bool(profile));
  EXPECT_EQ(profile.error(), "profile does not contain a sample index with value/type \"samples/count\" or cpu/nanoseconds\"");
}

TEST(Profile, IsEmptyWithoutSamples) {
  for (std::string text : {"", "GO PREPROFILE V1\n"}) {
    auto profile = readProfile(text);
    ASSERT_TRUE(bool(profile));
    EXPECT_TRUE(profile->edges.empty());
  }
}

TEST(Profile, ReadsWhatItWrote) {
  auto profile = readProfile(smallProfile());
  ASSERT_TRUE(bool(profile));
  auto again = readProfile(preprocessed(*profile));
  ASSERT_TRUE(bool(again)) << again.error();
  EXPECT_EQ(preprocessed(*again), preprocessed(*profile));
  EXPECT_EQ(again->total, profile->total);
}

TEST(Profile, RefusesMalformedEntries) {
  const std::pair<const char *, const char *> kCases[] = {
      {"a\n", "preprocessed profile entry missing callee"},
      {"a\nb\n", "preprocessed profile entry missing weight"},
      {"a\nb\n1\n", "preprocessed profile entry got [1] want 2 fields"},
      {"a\nb\nx 1\n", "preprocessed profile error processing call line: \"x\" is no number"},
      {"a\nb\n1 9999999999999999999\n", "preprocessed profile error processing call weight: \"9999999999999999999\" is no number"},
      {"a\nb\n1 1\na\nb\n1 2\n", "preprocessed profile contains duplicate edge {CallerName:a CalleeName:b CallSiteOffset:1}"},
  };
  for (const auto &[text, want] : kCases) {
    auto profile = readProfile(std::string("GO PREPROFILE V1\n") + text);
    ASSERT_FALSE(bool(profile)) << text;
    EXPECT_EQ(profile.error(), "error processing serialized PGO profile: " + std::string(want));
  }
}

} // namespace
} // namespace gannet::profile
