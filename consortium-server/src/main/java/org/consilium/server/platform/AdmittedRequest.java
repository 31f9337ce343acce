package org.consilium.server.platform;

/** Fired when a request of the API came with a token that is good, or one of the pages from somebody who is logged in. */
public record AdmittedRequest() {}
