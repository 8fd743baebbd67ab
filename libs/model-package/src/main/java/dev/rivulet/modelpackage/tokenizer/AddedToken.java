// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

/**
 * A token beside the vocabulary that is recognised in text as a whole.
 *
 * @param id its id
 * @param text its text, never empty
 * @param special whether it steers the model and has no meaning in callers' text
 * @param singleWord recognised only between characters that form no word
 * @param stripLeft swallows white space before it
 * @param stripRight swallows white space after it
 */
record AddedToken(int id, String text, boolean special, boolean singleWord, boolean stripLeft, boolean stripRight) {}
