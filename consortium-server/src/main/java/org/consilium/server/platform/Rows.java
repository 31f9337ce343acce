package org.consilium.server.platform;

import jakarta.persistence.EntityManager;
import java.util.Optional;
import org.hibernate.LockMode;
import org.hibernate.LockOptions;
import org.hibernate.Session;

/**
 * Rows by their keys.
 *
 * <p>{@code EntityManager.find} is not used anywhere: where a broken connection has marked the JTA transaction for
 * rollback, Hibernate's answers null (HHH-12472), which would read as "there is no such row"; these throw.
 */
public final class Rows {

    private Rows() {}

    /** Returns the row of that key, if there is one. */
    public static <T> Optional<T> find(EntityManager em, Class<T> type, Object key) {
        return em.unwrap(Session.class).byId(type).loadOptional(key);
    }

    /** Returns the row of that key, if there is one, locked until the transaction ends. */
    public static <T> Optional<T> lock(EntityManager em, Class<T> type, Object key) {
        return em.unwrap(Session.class)
                .byId(type)
                .with(new LockOptions(LockMode.PESSIMISTIC_WRITE))
                .loadOptional(key);
    }
}
