#include "common/serve.h"
#include "text/handler.h"

// Started by the core (parse::Pool) with a socket as descriptor 3 and an empty environment.
int main() {
    return common::serve(text::prepare, text::handle);
}
