// Work with an order: jobs, some of which wait for others, done by several threads.
#ifndef GANNET_TOOLCHAIN_COMMAND_JOB_GRAPH_H
#define GANNET_TOOLCHAIN_COMMAND_JOB_GRAPH_H

#include <cstddef>
#include <functional>
#include <vector>

namespace gannet::command {

class JobGraph {
public:
  using Id = std::size_t; // dense from 0, in order of add
  // A job is told whether all that it waited for succeeded, and returns whether it did itself.
  using Job = std::function<bool(bool inputs_good)>;

  Id add(Job job);
  // `job` starts after `earlier` has ended. There must be no cycle.
  void addOrder(Id earlier, Id job);
  // Runs every job once. Of those that may start, the one added first goes first. What a job wrote, the jobs after it may
  // read. True if all succeeded, and the command was not interrupted.
  bool run(unsigned threads);

private:
  struct Node {
    Job job;
    std::size_t waiting = 0;
    std::vector<Id> users;
    bool inputs_good = true;
  };
  std::vector<Node> nodes_;
};

} // namespace gannet::command

#endif
