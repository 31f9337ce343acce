package org.consilium.site.platform;

/** Where each request that leaves this node is listed; {@link OutboundListing} asks it before the first byte goes. */
@FunctionalInterface
public interface Outbound {

    /**
     * Lists a request durably, and returns when that is done.
     *
     * @throws ProblemException if that is not possible: the request must not be sent
     */
    void list(OutboundRequest request);
}
