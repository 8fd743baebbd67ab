// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

/**
 * A passage that a question has found.
 *
 * @param document the name of its document
 * @param score how well it fits, above 0; to compare passages of one question by
 */
public record Excerpt(String document, String text, double score) {}
