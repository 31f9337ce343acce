package org.consilium.server.platform;

/**
 * Fired when the API, or the container before a page, has refused a request.
 *
 * @param method of HTTP
 * @param path within the application, without its query
 * @param status 400 to 499
 * @param problem the problem's code
 */
public record RefusedRequest(String method, String path, int status, String problem) {}
