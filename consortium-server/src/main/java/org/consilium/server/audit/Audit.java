package org.consilium.server.audit;

/** Where use cases record what they did. */
public interface Audit {

    /**
     * Records events in the present transaction, with which they become durable. The last step of a use case: until the
     * commit nobody else appends.
     *
     * @return the place of the last one in the log
     */
    long append(AuditEvent... events);
}
