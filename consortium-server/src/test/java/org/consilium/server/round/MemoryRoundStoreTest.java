package org.consilium.server.round;

import java.util.List;
import java.util.function.Supplier;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.server.study.MemoryStudyStore;

class MemoryRoundStoreTest extends RoundStoreContract {

    @Override
    void empty(List<SiteId> sites, List<Sha256> vectors) {
        studies = new MemoryStudyStore();
        store = new MemoryRoundStore(studies);
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return work.get();
    }
}
