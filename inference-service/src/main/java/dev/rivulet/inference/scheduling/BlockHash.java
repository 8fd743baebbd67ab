// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/** Names a block of tokens and everything before it: 128 bits of a salted, chained hash. */
public record BlockHash(long high, long low) {}
