package org.consilium.server.site;

import java.util.function.Supplier;

class MemorySiteStoreTest extends SiteStoreContract {

    @Override
    SiteStore empty() {
        return new MemorySiteStore();
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return work.get();
    }
}
