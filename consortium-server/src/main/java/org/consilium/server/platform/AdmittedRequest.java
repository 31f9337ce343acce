package org.consilium.server.platform;

/** Fired when a request of the API came with a token that is good. */
public record AdmittedRequest() {}
