// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/** How an engine holds keys and values of sequences. */
public enum CacheKind {
    /** 32-bit floats. */
    F32,
    /** Signed 8-bit numbers with a scale for the keys and one for the values of each layer, measured on a text at load. */
    INT8
}
