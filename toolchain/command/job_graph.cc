#include "toolchain/command/job_graph.h"

#include "toolchain/command/interrupt.h"

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace gannet::command {

JobGraph::Id JobGraph::add(Job job) {
  nodes_.push_back({std::move(job), 0, {}, true});
  return nodes_.size() - 1;
}

void JobGraph::addOrder(Id earlier, Id job) {
  ++nodes_[job].waiting;
  nodes_[earlier].users.push_back(job);
}

bool JobGraph::run(unsigned threads) {
  std::mutex lock;
  std::condition_variable changed;
  std::set<Id> ready;
  std::size_t left = nodes_.size();
  bool all_good = true;
  for (Id i = 0; i < nodes_.size(); ++i)
    if (!nodes_[i].waiting)
      ready.insert(i);
  auto worker = [&] {
    std::unique_lock<std::mutex> hold(lock);
    for (;;) {
      changed.wait(hold, [&] { return !ready.empty() || !left; });
      if (!left)
        return;
      Id i = *ready.begin();
      ready.erase(ready.begin());
      hold.unlock();
      bool good = nodes_[i].job(nodes_[i].inputs_good && !interrupted());
      hold.lock();
      all_good &= good;
      for (Id user : nodes_[i].users) {
        nodes_[user].inputs_good &= good;
        if (!--nodes_[user].waiting)
          ready.insert(user);
      }
      --left;
      changed.notify_all();
    }
  };
  std::vector<std::thread> pool;
  for (unsigned t = 1; t < threads; ++t)
    pool.emplace_back(worker);
  worker();
  for (std::thread &t : pool)
    t.join();
  return all_good && !interrupted(); // which may have come when the last had begun
}

} // namespace gannet::command
