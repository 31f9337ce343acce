package org.consilium.server.study;

import java.util.List;
import java.util.function.Supplier;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;

class MemoryStudyStoreTest extends StudyStoreContract {

    @Override
    StudyStore empty(List<SiteId> sites, List<Sha256> vectors) {
        return new MemoryStudyStore();
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return work.get();
    }
}
