//! Whether the bot sees what was written in a channel. Without the permission to, Discord does not refuse to list
//! messages: it lists none.

use super::Discord;
use crate::discord::error::ApiError;
use crate::discord::permissions::{READ_MESSAGE_HISTORY, VIEW_CHANNEL, permissions_in};
use crate::ids::{ChannelId, GuildId, UserId};

impl Discord {
    /// Whether an empty list of a channel's messages can be believed. In direct conversations it always can.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn may_read_history(&self, channel: ChannelId) -> Result<bool, ApiError> {
        let mut place = self.read_channel(channel).await?;
        let Some(guild) = place.guild_id.map(GuildId) else {
            return Ok(true);
        };
        // A thread has the exceptions of the channel it is in.
        if let (10..=12, Some(parent)) = (place.kind, place.parent_id) {
            place = self.read_channel(ChannelId(parent)).await?;
        }
        let me = self.own_user().await?;
        let member = self.read_member(guild, me).await?;
        let guild = self.read_guild(guild).await?;
        // Somebody whom a moderator has silenced still reads.
        let may = permissions_in(&guild, me, &member, &place, false);
        let wanted = VIEW_CHANNEL | READ_MESSAGE_HISTORY;
        Ok(may & wanted == wanted)
    }

    async fn own_user(&self) -> Result<UserId, ApiError> {
        self.shared
            .me
            .get_or_try_init(|| self.read_own_user())
            .await
            .copied()
    }
}
