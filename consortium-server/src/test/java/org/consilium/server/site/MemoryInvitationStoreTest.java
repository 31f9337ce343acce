package org.consilium.server.site;

import java.util.function.Supplier;

class MemoryInvitationStoreTest extends InvitationStoreContract {

    @Override
    InvitationStore empty() {
        return new MemoryInvitationStore();
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return work.get();
    }
}
