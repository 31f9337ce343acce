/**
 * Doing the work that is offered: this site's images and a model in, an update or scores out, or a refusal with its
 * reason. Knows neither HTTP nor who asked.
 */
package org.consilium.site.training;
