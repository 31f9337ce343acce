/**
 * Layers that Deeplearning4j lacks, written as its own are, so that it remains the reference for all networks. A model
 * file with such a layer needs these classes beside Deeplearning4j.
 */
package org.consilium.model.layer;
