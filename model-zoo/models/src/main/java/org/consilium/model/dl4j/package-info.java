/**
 * What Deeplearning4j lacks, written as its own parts are, so that it remains the reference for all networks: a layer, a
 * rule, a loss. A model file with one of them needs these classes beside Deeplearning4j.
 */
package org.consilium.model.dl4j;
