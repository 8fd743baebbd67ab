// SPDX-License-Identifier: Apache-2.0
/** Who may call a service: the token that services share, the addresses they bind to, the hosts and origins they answer. */
@NullMarked
package dev.rivulet.access;

import org.jspecify.annotations.NullMarked;
