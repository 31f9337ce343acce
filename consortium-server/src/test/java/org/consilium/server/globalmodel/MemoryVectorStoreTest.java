package org.consilium.server.globalmodel;

import java.time.Clock;
import java.util.function.Supplier;

class MemoryVectorStoreTest extends VectorStoreContract {

    @Override
    VectorStore empty() {
        return new MemoryVectorStore(Clock.systemUTC());
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return work.get();
    }
}
