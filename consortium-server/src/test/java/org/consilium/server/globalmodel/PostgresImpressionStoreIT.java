package org.consilium.server.globalmodel;

import java.util.function.Supplier;
import org.consilium.server.platform.PostgresForTests;

class PostgresImpressionStoreIT extends ImpressionStoreContract {

    @Override
    ImpressionStore empty() {
        PostgresForTests postgres = PostgresForTests.running().emptied();
        return new PostgresImpressionStore(postgres.entityManager(), postgres.pool());
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return PostgresForTests.running().committed(work);
    }
}
