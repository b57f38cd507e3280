#include "compiler/base/large_stack.h"

#include <pthread.h>

namespace gannet {

void onLargeStack(const std::function<void()> &f) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_t thread;
  auto start = [](void *argument) -> void * {
    (*static_cast<const std::function<void()> *>(argument))();
    return nullptr;
  };
  bool started = pthread_attr_setstacksize(&attributes, kLargeStackBytes) == 0 &&
                 pthread_create(&thread, &attributes, start, const_cast<std::function<void()> *>(&f)) == 0;
  pthread_attr_destroy(&attributes);
  if (started)
    pthread_join(thread, nullptr);
  else
    f();
}

} // namespace gannet
