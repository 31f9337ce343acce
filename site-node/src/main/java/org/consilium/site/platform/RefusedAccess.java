package org.consilium.site.platform;

/**
 * Fired when the API or a page has let somebody not in, or not do what was asked for.
 *
 * @param method of HTTP
 * @param path within the application, without its query
 * @param status 401 or 403
 */
public record RefusedAccess(String method, String path, int status) {}
