/**
 * Doing the work that is offered: this site's images and a model in, an update, scores, sums of features or a verdict on
 * impressions out, or a refusal with its reason. Knows neither HTTP nor who asked.
 */
package org.consilium.site.training;
