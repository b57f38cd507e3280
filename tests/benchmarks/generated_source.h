// Go source of a stated size, alike in each run: what the front end's benchmarks read.
#ifndef GANNET_TESTS_BENCHMARKS_GENERATED_SOURCE_H
#define GANNET_TESTS_BENCHMARKS_GENERATED_SOURCE_H

#include <string>

namespace gannet::benchmarks {

// A package without imports: `funcs` groups of a struct type, two methods, a generic function and a function that uses them,
// some 30 lines each.
inline std::string generatedSource(int funcs) {
  std::string out = "package p\n\ntype shape interface {\n\tarea() int\n\tscale(by int)\n}\n";
  for (int i = 0; i < funcs; ++i) {
    std::string n = std::to_string(i);
    out += "\n// shape" + n + " is one of many.\n"
           "type shape" + n + " struct {\n\twidth, height int\n\tname string\n\tnext *shape" + n + "\n}\n\n"
           "func (s *shape" + n + ") area() int { return s.width * s.height }\n\n"
           "func (s *shape" + n + ") scale(by int) {\n\tfor p := s; p != nil; p = p.next {\n"
           "\t\tp.width, p.height = p.width*by, p.height*by\n\t}\n}\n\n"
           "func pick" + n + "[T any](list []T, at int, other T) T {\n"
           "\tif at < 0 || at >= len(list) {\n\t\treturn other\n\t}\n\treturn list[at]\n}\n\n"
           "func total" + n + "(shapes []shape, counts map[string]int) (sum int, err error) {\n"
           "\tfor i, s := range shapes {\n\t\tswitch s := s.(type) {\n\t\tcase *shape" + n + ":\n"
           "\t\t\tcounts[s.name]++\n\t\t\tsum += s.area() + pick" + n + "([]int{1, 2, 3}, i, 0x" + n + ")\n"
           "\t\tcase nil:\n\t\t\tcontinue\n\t\tdefault:\n\t\t\ts.scale(i + 1)\n\t\t\tsum += s.area() << 2 & 1023\n\t\t}\n\t}\n"
           "\treturn sum, err\n}\n";
  }
  return out;
}

} // namespace gannet::benchmarks

#endif
