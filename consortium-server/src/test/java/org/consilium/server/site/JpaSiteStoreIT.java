package org.consilium.server.site;

import java.util.function.Supplier;
import org.consilium.server.platform.PostgresForTests;

class JpaSiteStoreIT extends SiteStoreContract {

    private final PostgresForTests postgres = PostgresForTests.running();

    @Override
    SiteStore empty() {
        return new JpaSiteStore(postgres.emptied().entityManager());
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return postgres.committed(work);
    }
}
