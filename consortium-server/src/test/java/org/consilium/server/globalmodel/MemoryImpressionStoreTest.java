package org.consilium.server.globalmodel;

import java.util.function.Supplier;

class MemoryImpressionStoreTest extends ImpressionStoreContract {

    @Override
    ImpressionStore empty() {
        return new MemoryImpressionStore();
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return work.get();
    }
}
