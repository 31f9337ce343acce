package org.consilium.server.study;

import org.consilium.server.platform.PostgresForTests;

/** Studies in the tests' PostgreSQL, for tests of what refers to them. */
public final class PostgresStudies {

    private PostgresStudies() {}

    /** Returns the store. */
    public static StudyStore store(PostgresForTests postgres) {
        return new JpaStudyStore(postgres.entityManager());
    }
}
