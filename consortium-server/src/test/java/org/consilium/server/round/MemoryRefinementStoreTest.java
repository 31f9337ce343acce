package org.consilium.server.round;

import java.util.function.Supplier;

class MemoryRefinementStoreTest extends RefinementStoreContract {

    @Override
    RefinementStore empty() {
        return new MemoryRefinementStore();
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return work.get();
    }
}
