package org.consilium.server.site;

import java.util.function.Supplier;
import org.consilium.server.platform.PostgresForTests;

class JpaInvitationStoreIT extends InvitationStoreContract {

    private final PostgresForTests postgres = PostgresForTests.running();

    @Override
    InvitationStore empty() {
        return new JpaInvitationStore(postgres.emptied().entityManager());
    }

    @Override
    <T> T committed(Supplier<T> work) {
        return postgres.committed(work);
    }
}
